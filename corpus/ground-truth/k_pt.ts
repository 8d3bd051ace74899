// Case k_pt: a page table kept by physical addresses only. Freeing by walking it frees every page; a leaf that the walk
// leaves out stays allocated for ever. The addresses mapped were not recorded: six leaves here need the eight tables
// of the 14 pages measured.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { __free_page, __GFP_ZERO, alloc_page, GFP_KERNEL, page_to_phys, phys_to_page, phys_to_virt } from 'linux'
import { count, say } from './measure.ts'

let allocated = 0
let freed = 0

function newTable(): bigint {
  allocated++
  return page_to_phys(alloc_page(GFP_KERNEL | __GFP_ZERO)!)
}

function release(phys: bigint) {
  freed++
  __free_page(phys_to_page(phys))
}

const entry = (table: bigint, index: number) => phys_to_virt(table).read_u64(index * 8)

/** The entry of a table, filled with a new page if it is empty. */
function next(table: bigint, index: number): bigint {
  if (entry(table, index) === 0n) phys_to_virt(table).write_u64(index * 8, newTable())
  return entry(table, index)
}

/** Frees what a table of a level points to, then the table. Level 0 is a leaf. */
function freeTree(phys: bigint, level: number, keepLeaves: boolean) {
  if (level > 0) for (let i = 0; i < 4; i++) if (entry(phys, i) !== 0n) freeTree(entry(phys, i), level - 1, keepLeaves)
  if (level > 0 || !keepLeaves) release(phys)
}

const root = newTable()
let leaf = 0n
for (const [a, b, c] of [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1], [2, 0, 0]] as [number, number, number][]) {
  leaf = next(next(next(root, a), b), c)
}
say(1, 'pages_allocated', allocated)
count(1, 'leaf', phys_to_page(leaf))
freeTree(root, 3, false)
say(2, 'pages_freed', freed)
say(2, 'outstanding', allocated - freed)

allocated = 0
freed = 0
const second = newTable()
const lost = phys_to_page(next(next(next(second, 0), 0), 0))
say(3, 'pages_allocated', allocated)
freeTree(second, 3, true)
say(3, 'tables_freed', freed)
say(3, 'outstanding(leaked_leaf)', allocated - freed)
count(3, 'leaked_leaf', lost)
