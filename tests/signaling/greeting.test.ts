import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { greeting } from '../../signaling/greeting.ts'
import { lanAddresses, reachedAt } from '../../signaling/lan-addresses.ts'

const facts = { wishedPort: 8080, port: 8080, tls: 'off', app: true, here: true, lan: ['192.168.1.5'] } as const

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

  it('[NODE-47] names every network of the machine, and only the address that the node listens on', () => {
    const two = greeting({ ...facts, tls: 'auto', lan: ['192.168.1.5', '10.0.0.7'] })
    expect(two.split('\n').slice(0, 3)).toEqual([
      'Earshot is ready:   https://localhost:8080',
      'On your network:    https://192.168.1.5:8080',
      'On another of them: https://10.0.0.7:8080',
    ])
    const one = greeting({ ...facts, tls: 'auto', here: false, lan: ['2001:db8::7'] })
    expect(one).toMatch(/^Earshot is ready: {3}https:\/\/\[2001:db8::7\]:8080\n/)
    expect(one).not.toContain('localhost')
    // On no network yet: browsers of this machine warn all the same.
    expect(greeting({ ...facts, tls: 'auto', lan: [] })).toContain('Browsers warn once, because')
  })

  it('[NODE-47] leaves out the networks of containers and virtual machines, and addresses that nobody gave', () => {
    const at = (address: string, internal = false): NetworkInterfaceInfo => ({
      ...{ address, internal, family: 'IPv4', netmask: '255.255.255.0', mac: '00:00:00:00:00:00', cidr: null },
    })
    const interfaces = {
      lo: [at('127.0.0.1', true)],
      docker0: [at('172.17.0.1')],
      'br-0a1b2c3d4e5f': [at('172.18.0.1')],
      'vEthernet (WSL)': [at('172.30.0.1')],
      wlan0: [at('192.168.1.5'), at('169.254.9.9')],
      wg0: [at('10.0.0.7')],
    }
    expect(lanAddresses(interfaces)).toEqual(['192.168.1.5', '10.0.0.7'])
    for (const host of ['::', '0.0.0.0']) expect(reachedAt(host, () => ['192.168.1.5'])).toEqual(['192.168.1.5'])
    expect(reachedAt('127.0.0.1')).toEqual([])
    expect(reachedAt('192.168.1.9')).toEqual(['192.168.1.9'])
  })

  it('[NODE-47] without TLS says what other devices need', () => {
    expect(greeting(facts)).toContain('start with --tls auto')
    expect(greeting({ ...facts, tls: 'files' })).not.toMatch(/--tls auto|warn/)
  })

  it('[NODE-41] says when the port is another than the wished one', () => {
    expect(greeting({ ...facts, port: 8081, lan: [] })).toBe(
      'Port 8080 is taken; using 8081.\nEarshot is ready:   http://localhost:8081\nPress Ctrl-C to stop.',
    )
    expect(greeting({ ...facts, wishedPort: 0, port: 4711, lan: [] })).not.toContain('taken')
  })
})
