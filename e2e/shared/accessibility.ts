/** axe-core on the whole window in both themes: no violation of any weight. Monaco's own widget is not ours to mend. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { SLAB_UAF } from './programs.ts'
import type { Host } from './scenarios.ts'
import type { Workbench } from './workbench.ts'

export async function checkAccessibility({ page }: Host, workbench: Workbench): Promise<void> {
  await workbench.run(SLAB_UAF)
  await axeFindsNothing(page, workbench)
}

/** What is on screen now, in both themes. */
export async function axeFindsNothing(page: Page, workbench: Workbench): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await workbench.idle()
    // Legacy mode stays in this page: the other one opens a second window, which the desktop refuses.
    const { violations } = await new AxeBuilder({ page }).exclude('.monaco-editor').setLegacyMode(true).analyze()
    const text = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
    expect(text, colorScheme).toEqual([])
  }
}
