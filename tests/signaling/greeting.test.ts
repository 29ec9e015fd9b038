import { describe, expect, it } from 'vitest'
import { greeting } from '../../signaling/greeting.ts'

const facts = { wishedPort: 8080, port: 8080, tls: 'off', app: true, lan: '192.168.1.5' } as const

describe('the greeting', () => {
  it('[NODE-47] with a certificate of its own shows the https address with a QR code and says why browsers warn', () => {
    const lines = greeting({ ...facts, tls: 'auto' }).split('\n')
    expect(lines.slice(0, 2)).toEqual([
      'Earshot is ready:   https://localhost:8080',
      'On your network:    https://192.168.1.5:8080',
    ])
    expect(lines.filter((line) => /^[█▄▀ ]{29,}$/.test(line)).length).toBeGreaterThan(12)
    expect(lines.filter((line) => line.startsWith('Browsers warn once, because'))).toHaveLength(1)
  })

  it('[NODE-47] without TLS says what other devices need', () => {
    expect(greeting(facts)).toContain('start with --tls auto')
    expect(greeting({ ...facts, tls: 'files' })).not.toMatch(/--tls auto|warn/)
  })

  it('[NODE-41] says when the port is another than the wished one', () => {
    expect(greeting({ ...facts, port: 8081, lan: null })).toBe(
      'Port 8080 is taken; using 8081.\nEarshot is ready:   http://localhost:8081\nPress Ctrl-C to stop.',
    )
    expect(greeting({ ...facts, wishedPort: 0, port: 4711, lan: null })).not.toContain('taken')
  })
})
