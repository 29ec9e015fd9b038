import { encodeQR } from 'qr'

export interface GreetingFacts {
  readonly wishedPort: number
  readonly port: number
  readonly tls: 'off' | 'auto' | 'files'
  readonly app: boolean
  /** This machine's address on its network; null when it has none that others reach. */
  readonly lan: string | null
}

/** What a person reads who has just started a node in a terminal. */
export function greeting({ wishedPort, port, tls, app, lan }: GreetingFacts): string {
  const scheme = tls === 'off' ? 'http' : 'https'
  const lines: string[] = []
  if (wishedPort !== 0 && port !== wishedPort) lines.push(`Port ${wishedPort} is taken; using ${port}.`)
  lines.push(`${app ? 'Earshot is ready:  ' : 'The node is ready: '} ${scheme}://localhost:${port}`)
  if (lan !== null) {
    const url = `${scheme}://${lan}:${port}`
    lines.push(`On your network:    ${url}`)
    if (tls === 'auto')
      lines.push(
        encodeQR(url, 'ascii', { border: 2 }).trimEnd(),
        'Browsers warn once, because this node vouches for its certificate itself: choose "Advanced", then "Proceed".',
      )
    if (tls === 'off' && app)
      lines.push(
        'Other devices need https, because over plain http browsers allow sound and storage on localhost only: start with --tls auto.',
      )
  }
  lines.push('Press Ctrl-C to stop.')
  return lines.join('\n')
}
