/** Licences of the packages whose code is in the workers: Vite's own list (`build.license`) has those of the page. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** `inWorkers` collects, as a plugin of each worker's bundle; `append` adds to the list when the page was written. */
export function workerLicences(list: string): { readonly inWorkers: () => Plugin; readonly append: Plugin } {
  /** Folders of packages. */
  const used = new Set<string>()
  return {
    inWorkers: () => ({
      name: 'pageward-worker-licences',
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue
          for (const id of Object.keys(chunk.modules)) {
            const home = packageOf(id)
            if (home !== null) used.add(home)
          }
        }
      },
    }),
    append: {
      name: 'pageward-worker-licences-list',
      apply: 'build',
      closeBundle() {
        if (!existsSync(list)) return
        const known = readFileSync(list, 'utf8')
        const entries = [...used].sort().flatMap((home) => entryOf(home, known))
        if (entries.length > 0) appendFileSync(list, `\n${entries.join('\n')}`)
      },
    },
  }
}

function packageOf(id: string): string | null {
  const at = id.lastIndexOf('/node_modules/')
  const name = at < 0 ? undefined : /^(@[^/]+\/[^/]+|[^/]+)/.exec(id.slice(at + '/node_modules/'.length))?.[1]
  return name === undefined ? null : id.slice(0, at + '/node_modules/'.length) + name
}

/** As Vite writes it: a head with name, version and licence, and the licence's text. */
function entryOf(home: string, known: string): string[] {
  const path = home.replace(/^\0/, '')
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license: string
  }
  if (known.includes(`## ${name} - `)) return []
  const file = readdirSync(path).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? '' : readFileSync(join(path, file), 'utf8').trim()
  return [`## ${name} - ${version} (${license})\n\n${text}\n`]
}
