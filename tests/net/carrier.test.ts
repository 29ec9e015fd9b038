import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashText, type RoomId } from '../../src/domain/ids.ts'
import { limits } from '../../src/domain/limits.ts'
import { Carrier } from '../../src/net/carry/carrier.ts'
import { decodeCarry, encodeCarry, type CarryMessage } from '../../src/net/carry/carry-wire.ts'
import type { Link } from '../../src/net/link.ts'
import { MemoryNetwork } from '../../src/net/memory/memory-network.ts'
import { quietPath } from '../../src/net/memory/path.ts'
import { seededRandom } from '../../src/net/memory/seeded-random.ts'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { nodeCrypto, nodeSigner } from '../support/node-crypto.ts'

const inboxOf = (name: string): string => name.padEnd(22, '0')

/** Members in a row, of whom only neighbours are linked. */
async function row(names: readonly string[]) {
  const random = seededRandom(7)
  const time = new VirtualTime()
  const crypto = nodeCrypto(random)
  const network = new MemoryNetwork({ scheduler: time, random, path: quietPath, crypto })
  const heard = new Map<string, string[]>(names.map((name) => [name, []]))
  const members = names.map((name) => {
    const carrier = new Carrier({
      scheduler: time,
      onText: (text) => heard.get(name)?.push(text),
      onNeighbour: () => heard.get(name)?.push('a neighbour'),
    })
    return { name, carrier, signer: nodeSigner(random), links: [] as Link[] }
  })
  for (const [i, member] of members.slice(0, -1).entries()) {
    const room = { room: hashText<RoomId>(crypto.randomBytes(32)) }
    for (const one of [member, members[i + 1]!]) {
      const membership = network.transport().join(room, one.signer)
      membership.onLink((link) => {
        one.links.push(link)
        const detach = one.carrier.attach(link)
        link.onClose(detach)
      })
    }
  }
  await time.advance(2_000)
  for (const { name, carrier } of members) carrier.open(inboxOf(name))
  await time.advance(500)
  return {
    time,
    members,
    heard: (name: string) => heard.get(name) ?? [],
    clear: () => heard.forEach((all) => all.splice(0)),
  }
}

describe('signals over links', () => {
  it('[RTC-35] a member’s neighbours carry what it publishes to theirs, and no further', async () => {
    const { time, members, heard, clear } = await row(['a', 'b', 'c', 'd'])
    expect(heard('b')).toEqual(['a neighbour', 'a neighbour'])
    clear()
    members[0]!.carrier.publish('ToAll+/=', null)
    await time.advance(500)
    expect(['a', 'b', 'c', 'd'].map(heard)).toEqual([[], ['ToAll+/='], ['ToAll+/='], []])
  })

  it('[RTC-36] what is for one inbox alone reaches nobody else', async () => {
    const { time, members, heard, clear } = await row(['a', 'b', 'c'])
    clear()
    members[0]!.carrier.publish('ForC', inboxOf('c'))
    members[2]!.carrier.publish('ForB', inboxOf('b'))
    members[1]!.carrier.publish('ForNobody', inboxOf('x'))
    await time.advance(500)
    expect(['a', 'b', 'c'].map(heard)).toEqual([[], ['ForB'], ['ForC']])
  })

  it('[RTC-37] a flood from one neighbour is cut to its allowance, and does not touch what others say', async () => {
    const { time, members, heard, clear } = await row(['a', 'b', 'c'])
    clear()
    const flood = limits.carriedBurst * 3
    for (let i = 0; i < flood; i++) members[0]!.carrier.publish('Flood', null)
    members[2]!.carrier.publish('Fine', null)
    await time.advance(1_000)
    const passed = heard('c').filter((text) => text === 'Flood').length
    expect(passed).toBeLessThanOrEqual(limits.carriedBurst + limits.carriedPerSecond)
    expect(passed).toBeGreaterThan(limits.carriedBurst / 2)
    expect(heard('a')).toEqual(['Fine'])
  })

  it('[RTC-37] what is no message ends the link', async () => {
    const { time, members } = await row(['a', 'b'])
    const [link] = members[0]!.links
    link!.channel('signals').send(Uint8Array.of(0xff))
    await time.advance(500)
    expect([link!.closed, members[1]!.links[0]!.closed]).toEqual([true, true])
  })

  it('[RTC-37] messages read back as they were written, and nothing else is one', () => {
    const inbox = fc.stringMatching(/^[A-Za-z0-9_-]{22}$/)
    const text = fc.stringMatching(/^[A-Za-z0-9+/]{1,200}={0,2}$/)
    const message: fc.Arbitrary<CarryMessage> = fc.oneof(
      inbox.map((own) => ({ kind: 'inbox' as const, inbox: own })),
      fc.record({ kind: fc.constant('publish' as const), text, to: fc.option(inbox) }),
      text.map((own) => ({ kind: 'carried' as const, text: own })),
    )
    fc.assert(
      fc.property(message, (given) => {
        expect(decodeCarry(encodeCarry(given))).toEqual(given)
      }),
    )
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeCarry(bytes)))
    expect(decodeCarry(encodeCarry({ kind: 'carried', text: 'A'.repeat(limits.signalChars + 1) }))).toBeNull()
    expect(decodeCarry(encodeCarry({ kind: 'carried', text: 'in clear!' }))).toBeNull()
    expect(decodeCarry(encodeCarry({ kind: 'inbox', inbox: 'short' }))).toBeNull()
  })
})
