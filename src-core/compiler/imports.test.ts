import { expect, it } from 'vitest'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { compile } from './compile.ts'

const errorsOf = (text: string): string[] =>
  compile('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX).errors.map(({ message }) => message)

it('says where a name is that was imported from another module', () => {
  expect(errorsOf("import { mmap, kmalloc } from 'linux'")).toEqual([`module "linux" has no "mmap"; it is in 'user'`])
  expect(errorsOf("import { vmap } from 'linux/slab'")).toEqual([`module "linux/slab" has no "vmap"; it is in 'linux'`])
  expect(errorsOf("import { raise_irq } from 'linux'")).toEqual([
    `module "linux" has no "raise_irq"; it is called as sim.raise_irq (import { sim } from 'sim')`,
  ])
  expect(errorsOf("import { kmallok } from 'linux'")).toEqual([
    `module "linux" has no "kmallok"; did you mean "kmalloc"?`,
  ])
})
