import { encodeQR } from 'qr'

export interface Ports {
  readonly wishedPort: number
  readonly port: number
}

export interface GreetingFacts extends Ports {
  readonly tls: 'off' | 'auto' | 'files'
  readonly app: boolean
  /** Whether it can be reached as `localhost`. */
  readonly here: boolean
  /** Addresses at which others reach this machine, the likeliest first. */
  readonly lan: readonly string[]
}

/** Whether the node listens on another port than it was told to. */
export const isElsewhere = ({ wishedPort, port }: Ports): boolean => wishedPort !== 0 && port !== wishedPort

export const takenPort = ({ wishedPort, port }: Ports): string => `Port ${wishedPort} is taken; using ${port}.`

/** What a person reads who has just started a node in a terminal. */
export function greeting({ tls, app, here, lan, ...ports }: GreetingFacts): string {
  const { port } = ports
  const scheme = tls === 'off' ? 'http' : 'https'
  const urls = lan.map((address) => `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`)
  const [first, ...others] = urls
  const lines: string[] = []
  if (isElsewhere(ports)) lines.push(takenPort(ports))
  const ready = app ? 'Earshot is ready:  ' : 'The node is ready: '
  lines.push(`${ready} ${here || first === undefined ? `${scheme}://localhost:${port}` : first}`)
  if (first !== undefined) {
    if (here) lines.push(`On your network:    ${first}`)
    lines.push(...others.map((url) => `On another of them: ${url}`))
    if (tls === 'auto') lines.push(encodeQR(first, 'ascii', { border: 2 }).trimEnd())
    if (tls === 'off' && app)
      lines.push(
        'Other devices need https, because over plain http browsers allow sound and storage on localhost only: start with --tls auto.',
      )
  }
  if (tls === 'auto')
    lines.push(
      'Browsers warn once, because this node vouches for its certificate itself: choose "Advanced", then "Proceed".',
    )
  lines.push('Press Ctrl-C to stop.')
  return lines.join('\n')
}
