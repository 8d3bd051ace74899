/** Nothing moves that nobody moved: panels keep their size while a program is edited and run. */
import { expect, test } from '@playwright/test'
import { Workbench } from '../shared/workbench.ts'

declare global {
  var __sizes: string[] | undefined
}

for (const width of [1024, 1280]) {
  test(`typing changes no panel's size, ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/')
    const workbench = new Workbench(page)
    await workbench.idle()
    const list = page.getByRole('navigation', { name: 'Examples' })
    if (!(await list.isVisible())) await page.getByRole('button', { name: 'Examples', exact: true }).click()
    await list.locator('[data-example="dma-ring/unmap-packet-size"]').click()
    await workbench.idle()
    await workbench.focusEditor()
    await page.keyboard.press('ControlOrMeta+End')
    await page.keyboard.insertText('\nconst edited = 1')
    await workbench.idle()
    await page.evaluate(() => {
      const sizes: string[] = []
      globalThis.__sizes = sizes
      const known = new Map<Element, string>()
      const observer = new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) {
          const size = `${contentRect.width}x${contentRect.height}`
          const before = known.get(target)
          known.set(target, size)
          if (before !== undefined && before !== size) {
            sizes.push(`${target.getAttribute('data-panel')}: ${before} is ${size}`)
          }
        }
      })
      for (const panel of document.querySelectorAll('[data-panel]')) observer.observe(panel)
    })
    for (const key of '23456') {
      await page.keyboard.type(key)
      await workbench.idle()
    }
    expect(await page.evaluate(() => globalThis.__sizes)).toEqual([])
  })
}
