import type { AxeBuilder } from '@axe-core/playwright'
import { expect } from '@playwright/test'

/** Fails with the rules and elements of every serious or critical accessibility violation. */
export async function expectAccessible(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 160))])).toEqual([])
}
