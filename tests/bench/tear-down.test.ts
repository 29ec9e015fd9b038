import { expect, it } from 'vitest'
import { onTearDown, tearDown } from '../../bench/ears/rig/tear-down.ts'

it('a rig is taken down whole, what was set up last first, also when something of it will not go', async () => {
  const done: string[] = []
  onTearDown(async () => done.push('sink'))
  onTearDown(() => Promise.reject(new Error('the browser had gone')))
  onTearDown(async () => done.push('recorder'))
  await expect(tearDown()).rejects.toMatchObject({ errors: [new Error('the browser had gone')] })
  expect(done).toEqual(['recorder', 'sink'])
  await expect(tearDown()).resolves.toBeUndefined()
})
