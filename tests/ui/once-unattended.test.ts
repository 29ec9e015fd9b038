import { expect, it } from 'vitest'
import { VirtualTime } from '../../src/net/memory/virtual-time.ts'
import { LINGER_MS, onceUnattended } from '../../src/ui/once-unattended.ts'

it('[UI-7] what goes by itself goes when its time is over, and not while a person is at it', async () => {
  const time = new VirtualTime()
  const gone: string[] = []
  let attended = false
  onceUnattended(
    time,
    9_000,
    () => false,
    () => gone.push('left alone'),
  )
  onceUnattended(
    time,
    9_000,
    () => attended,
    () => gone.push('attended'),
  )
  await time.advance(8_000)
  attended = true
  await time.advance(1_000)
  expect(gone).toEqual(['left alone'])
  await time.advance(60_000)
  attended = false
  await time.advance(LINGER_MS / 2)
  expect(gone).toEqual(['left alone'])
  await time.advance(2 * LINGER_MS)
  expect(gone).toEqual(['left alone', 'attended'])
})
