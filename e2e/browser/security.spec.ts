/** What the web edition's server and page refuse. */
import { expect, test } from '@playwright/test'
import { PAGE_POLICY, RUNNER_POLICY } from '../../scripts/static-server.mjs'
import { evaluationFails } from '../shared/page-policy.ts'
import { Workbench } from '../shared/workbench.ts'

test('the page has its policy, is isolated, and may not evaluate', async ({ page }) => {
  const response = await page.goto('/')
  const headers = await response?.allHeaders()
  expect(headers?.['content-security-policy']).toBe(PAGE_POLICY)
  expect(PAGE_POLICY).not.toContain('unsafe-eval')
  expect(await page.evaluate('crossOriginIsolated')).toBe(true)
  expect(await evaluationFails(page)).toBe(true)
})

test('only the runner and the explorer may evaluate, and they may connect nowhere', async ({ page }) => {
  const policies = new Map<string, string>()
  page.context().on('response', (response) => {
    const name = new URL(response.url()).pathname
    if (name.endsWith('.js')) policies.set(name, response.headers()['content-security-policy'] ?? 'none')
  })
  await page.goto('/')
  await new Workbench(page).idle()
  for (const [name, policy] of policies) {
    if (/\/(runner|explore)[.-][^/]*\.js$/.test(name)) expect(policy).toBe(RUNNER_POLICY)
    else expect(policy, name).not.toContain('unsafe-eval')
  }
  expect(policies.size).toBeGreaterThan(1)
})

test('nothing is asked of another machine', async ({ page, baseURL }) => {
  const foreign: string[] = []
  page.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== baseURL) foreign.push(request.url())
  })
  await page.goto('/')
  await new Workbench(page).idle()
  expect(foreign).toEqual([])
})
