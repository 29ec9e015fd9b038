import type { Page } from 'playwright'

/** Bends what a page finds around it, before it loads: its clocks, its network. The product has no hooks for this. */
export type World = (page: Page) => Promise<unknown>
