import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { isFresh, prepareStamp, sourceFiles } from './freshness.mjs'
import { at } from './paths.mjs'

const folder = `out/test-freshness-${process.pid}`
const target = {
  name: `test-${process.pid}`,
  sources: [`${folder}/src`],
  result: `${folder}/out.js`,
  inputs: `${folder}/inputs.json`,
}
const write = (path: string, text: string): void => writeFileSync(at(folder, path), text)

beforeEach(() => {
  rmSync(at(folder), { recursive: true, force: true })
  mkdirSync(at(folder, 'src/inner'), { recursive: true })
  write('src/inner/a.ts', 'a')
  write('extra.ts', 'e')
  const stamp = prepareStamp(target)
  write('out.js', 'built')
  write('inputs.json', JSON.stringify([`${folder}/extra.ts`]))
  stamp()
})

afterAll(() => {
  rmSync(at(folder), { recursive: true, force: true })
  rmSync(at(`out/.stamp-${target.name}`), { force: true })
})

describe('freshness', () => {
  it('is fresh after a build, and stays so when only times change', () => {
    expect(isFresh(target)).toBe(true)
    utimesSync(at(folder, 'src/inner/a.ts'), 1, 1)
    expect(isFresh(target)).toBe(true)
  })

  it('is stale when a source changes, appears or goes, and when the result is gone', () => {
    write('src/inner/a.ts', 'b')
    expect(isFresh(target)).toBe(false)
    write('src/inner/a.ts', 'a')
    expect(isFresh(target)).toBe(true)
    write('src/b.ts', 'b')
    expect(isFresh(target)).toBe(false)
    rmSync(at(folder, 'src/b.ts'))
    rmSync(at(folder, 'out.js'))
    expect(isFresh(target)).toBe(false)
  })

  it('watches the inputs that the build named', () => {
    write('extra.ts', 'changed')
    expect(isFresh(target)).toBe(false)
  })

  it('does not watch tests', () => {
    write('src/inner/a.test.ts', 'test')
    expect(isFresh(target)).toBe(true)
    expect(sourceFiles(target)).toEqual([`${folder}/extra.ts`, `${folder}/src/inner/a.ts`])
  })
})
