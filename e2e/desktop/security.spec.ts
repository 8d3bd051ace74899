/** Electron's security list on the built app. `@real-electron`: means something only without the stand-in. */
import { PAGE_POLICY } from '../../scripts/static-server.mjs'
import { evaluationFails } from '../shared/page-policy.ts'
import { Workbench } from '../shared/workbench.ts'
import { expect, test } from './launch.ts'

test('the page has the policy of the web edition and may not evaluate', async ({ sharedDesktop: { page } }) => {
  await new Workbench(page).idle()
  const [policy, isolated] = await page.evaluate(async () => {
    const response = await fetch(location.href)
    return [response.headers.get('content-security-policy'), crossOriginIsolated] as const
  })
  expect(policy).toBe(PAGE_POLICY)
  expect(isolated).toBe(true)
  expect(await evaluationFails(page)).toBe(true)
})

test('the page sees nothing of Node or Electron but the bridge @real-electron', async ({ sharedDesktop: { page } }) => {
  await new Workbench(page).idle()
  const seen = await page.evaluate(() => ({
    types: ['process', 'require', 'module', 'Buffer', 'global'].map((name) => typeof Reflect.get(globalThis, name)),
    bridge: Object.keys(Reflect.get(globalThis, 'pageward') as object).sort(),
  }))
  expect(seen.types).toEqual(Array(5).fill('undefined'))
  const files = ['chooseFolder', 'keepJournal', 'onOpened', 'readJournal', 'save', 'saveFolder']
  expect(seen.bridge).toEqual([...files, 'chooseTheme', 'connect', 'host', 'onCommand', 'onCoreRestart'].sort())
})

test('no window opens; only listed https pages leave for a browser', async ({ sharedDesktop: { app, page } }) => {
  await new Workbench(page).idle()
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Reflect.set(globalThis, 'opened', opened)
    shell.openExternal = async (url: string) => void opened.push(url)
  })
  await page.evaluate(() => {
    for (const url of [
      'https://example.org/',
      'http://docs.kernel.org/',
      'https://docs.kernel.org:444/',
      'https://user@docs.kernel.org/',
      'file:///etc/passwd',
      'https://docs.kernel.org/mm/',
    ]) {
      window.open(url)
    }
  })
  const opened = (): Promise<unknown> => app.evaluate(() => Reflect.get(globalThis, 'opened') as unknown)
  await expect.poll(opened).toEqual(['https://docs.kernel.org/mm/'])
  expect(app.windows()).toHaveLength(1)
})

test('the page stays where it is', async ({ sharedDesktop: { page } }) => {
  const workbench = new Workbench(page)
  await workbench.idle()
  const before = page.url()
  for (const url of ['https://example.org/', 'file:///etc/passwd', 'data:text/html,x']) {
    await page.evaluate((to) => {
      const link = document.createElement('a')
      link.href = to
      document.body.append(link)
      link.click()
      link.remove()
    }, url)
  }
  // A question and an answer later it is still this page.
  await workbench.idle()
  expect(page.url()).toBe(before)
})

test('files outside the page folder cannot be named', async ({ sharedDesktop: { page } }) => {
  await new Workbench(page).idle()
  const statuses = await page.evaluate(async () => {
    const paths = ['/%2e%2e/main/index.js', '/..%2fmain%2findex.js', '/%2e%2e%2f%2e%2e%2fpackage.json', '/%00', '/%ff']
    return Promise.all(paths.map(async (path) => (await fetch(path)).status))
  })
  for (const status of statuses) expect([400, 404]).toContain(status)
})

test('permissions are denied', async ({ sharedDesktop: { page } }) => {
  await new Workbench(page).idle()
  const states = await page.evaluate(() => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi'] as PermissionName[]
    return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state))
  })
  expect(states).not.toContain('granted')
})

test('the window is created isolated and sandboxed @real-electron', async ({ sharedDesktop: { app, page } }) => {
  test.skip(process.env['ELECTRON'] === undefined, 'the stand-in has no sandbox to ask')
  const window = await app.browserWindow(page)
  const preferences = await window.evaluate((it) => it.webContents.getLastWebPreferences())
  const wanted = { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true }
  expect(preferences).toMatchObject(wanted)
})

test('a message with arguments it should not have is refused', async ({ sharedDesktop: { app } }) => {
  const warned = new Promise<string>((done) => app.on('console', (message) => done(message.text())))
  await app.evaluate(({ ipcMain, BrowserWindow }) => {
    const sender = BrowserWindow.getAllWindows()[0]?.webContents
    ipcMain.emit('core:connect', { sender, senderFrame: { url: 'https://example.org/', parent: null } })
  })
  expect(await warned).toContain('refused a message on core:connect')
})
