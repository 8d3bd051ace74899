/** A sample of what importers.long.ts does: 500 mutated inputs for each of our formats. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fuzz, importers, mutate } from './importers.ts'
import { Random } from '../../src-core/base/random.ts'

const LESSON = '../../examples/lessons/01-a-page-and-its-count/lesson.md'
const lesson = readFileSync(join(import.meta.dirname, LESSON), 'utf8')

it.each(importers(lesson).map((importer) => [importer.name, importer] as const))(
  'a mutated %s is read or refused, and nothing else',
  (_name, importer) => {
    for (const seed of importer.seeds) importer.read(seed)
    expect(fuzz(importer, 500, 1)).toEqual([])
  },
)

it('notices a reader that fails', () => {
  const read = (bytes: Uint8Array): void => void new Int16Array(bytes.buffer)
  const weak = { name: 'weak', seeds: [new Uint8Array(32)], read }
  expect(fuzz(weak, 100, 1).length).toBeGreaterThan(0)
  expect(mutate(weak.seeds[0]!, new Random(5))).toEqual(mutate(weak.seeds[0]!, new Random(5)))
})
