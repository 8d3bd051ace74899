/**
 * Configuration of electron-builder: what ships, for which systems, with which fuses. `scripts/package-desktop.mjs`
 * runs it. Only what runs is packed: three folders of built files and no node_modules (all dependencies are bundled).
 */
import { readFileSync } from 'node:fs'

const root = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

export default {
  appId: 'org.pageward.app',
  productName: 'Pageward',
  copyright: 'The Pageward authors, MIT licence',
  electronVersion: root.devDependencies.electron,
  directories: { output: 'out/installers', buildResources: 'packaging/icons' },
  files: [
    'out/main/**/*.js',
    'out/preload/**/*.cjs',
    'out/web/**/*',
    // The desktop's core is in out/main: these are the browser's.
    '!out/web/assets/{supervisor,runner,explore}.worker-*.js',
    '!out/web/{service-worker.js,_headers,licences.md}',
    '!**/*.map',
    '!node_modules/**',
    'package.json',
  ],
  extraResources: [{ from: 'out/licences.md', to: 'licences.md' }],
  asar: true,
  disableDefaultIgnoredFiles: false,
  npmRebuild: false,
  electronLanguages: ['en', 'en-US'],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    resetAdHocDarwinSignature: true,
  },
  fileAssociations: [
    {
      ext: 'pageward',
      name: 'Pageward program',
      description: 'Pageward program',
      mimeType: 'application/x-pageward',
      role: 'Editor',
    },
  ],
  protocols: [{ name: 'Pageward link', schemes: ['pageward'] }],
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'packaging/icons/linux',
    category: 'Development',
    synopsis: 'Who owns every page of kernel memory, and why',
    maintainer: 'The Pageward authors <maintainers@pageward.invalid>',
  },
  mac: {
    target: ['dmg'],
    icon: 'packaging/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
  },
  win: { target: ['nsis'], icon: 'packaging/icons/icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  publish: null,
}
