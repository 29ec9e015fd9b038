import { WebSocket } from 'ws'

/** Sockets that are opened at once; more would overflow the kernel's queue of waiting connections. */
const AT_ONCE = 200
/** Digits of the ids with which a text begins: addressee, then number of the signal. */
const ID_DIGITS = 8

/** One well-behaved client, as cheap as a client can be: the bench shares its cores with the server that it measures. */
export class Client {
  readonly id: number
  readonly topic: string
  readonly socket: WebSocket
  /** Called with the number of each signal that is for this client. */
  onSignal: (signal: number) => void = () => {}

  constructor(url: string, id: number, topic: string) {
    this.id = id
    this.topic = topic
    this.socket = new WebSocket(url, { perMessageDeflate: false })
    this.socket.on('error', () => {}) // `opened` tells; a socket that is lost later is found by what does not arrive
    this.socket.on('message', (bytes: Buffer) => this.#read(bytes))
  }

  /** Resolves to false when the server does not take the connection. */
  opened(): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.OPEN) return resolve(true)
      this.socket.once('open', () => resolve(true)).once('close', () => resolve(false))
    })
  }

  /** Subscribes and resolves when the server has read it: its pong comes after. */
  async join(): Promise<boolean> {
    if (!(await this.opened())) return false
    this.socket.send(JSON.stringify({ type: 'subscribe', topics: [this.topic], inbox: inboxOf(this.id) }))
    this.socket.send('{"type":"ping"}')
    return new Promise((resolve) => {
      const read = (bytes: Buffer): void => {
        if (!bytes.includes('pong')) return
        this.socket.off('message', read)
        resolve(true)
      }
      this.socket.on('message', read)
      this.socket.once('close', () => resolve(false))
    })
  }

  /** Sends a signal of `chars` characters to one member of the topic. Stock servers pass `to` over, as they do `inbox`. */
  send(to: Client, signal: number, chars: number, everyone = false): void {
    const data = `${digits(to.id)}${digits(signal)}`.padEnd(Math.ceil(chars / 4) * 4, 'A')
    const address = everyone ? '' : `,"to":"${inboxOf(to.id)}"`
    this.socket.send(`{"type":"publish","topic":"${this.topic}","data":"${data}"${address}}`)
  }

  #read(bytes: Buffer): void {
    const at = bytes.indexOf('"data":"')
    if (at < 0) return
    const ids = bytes.toString('latin1', at + 8, at + 8 + 2 * ID_DIGITS)
    if (Number(ids.slice(0, ID_DIGITS)) === this.id) this.onSignal(Number(ids.slice(ID_DIGITS)))
  }
}

const digits = (id: number): string => String(id).padStart(ID_DIGITS, '0')
const inboxOf = (id: number): string => `inbox-of-member-${digits(id)}`

/** Clients in rooms of `roomSize`; `all` holds those that the server took. */
export class Crowd {
  readonly all: Client[] = []
  readonly rooms: Client[][] = []

  static async gather(url: string, count: number, roomSize: number, name = 'room', atOnce = AT_ONCE): Promise<Crowd> {
    const crowd = new Crowd()
    for (let next = 0; next < count; next += atOnce) {
      const wave = Array.from({ length: Math.min(atOnce, count - next) }, (_, i) => {
        const room = Math.floor((next + i) / roomSize)
        return {
          room,
          client: new Client(url, next + i, `${name}-${room}-of-the-bench-with-43-characters`.padEnd(43, 'x')),
        }
      })
      const joined = await Promise.all(wave.map(({ client }) => client.join()))
      for (const [i, { room, client }] of wave.entries()) {
        if (!joined[i]) continue
        crowd.all.push(client)
        ;(crowd.rooms[room] ??= []).push(client)
      }
    }
    return crowd
  }

  leave(): void {
    for (const { socket } of this.all) socket.terminate()
  }
}
