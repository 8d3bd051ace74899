import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { locked } from './lock.mjs'
import { at } from './paths.mjs'

const name = (what: string): string => `test-${what}-${process.pid}`

describe('lock', () => {
  it('lets one worker in at a time', async () => {
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await new Promise((done) => setTimeout(done, 5))
      inside--
    }
    await Promise.all([1, 2, 3].map(() => locked(name('turns'), work)))
    expect(most).toBe(1)
  })

  it('is free again after a failure', async () => {
    await expect(locked(name('fails'), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await locked(name('fails'), () => Promise.resolve(7))).toBe(7)
  })

  it('is taken over from a process that is gone', async () => {
    const folder = at('out/.locks', name('dead'))
    mkdirSync(folder, { recursive: true })
    // Above every pid that Linux gives out.
    writeFileSync(`${folder}/pid`, '4194305')
    expect(await locked(name('dead'), () => Promise.resolve('in'))).toBe('in')
    rmSync(folder, { recursive: true, force: true })
  })
})
