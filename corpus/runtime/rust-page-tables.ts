// @era all
// @machine arch=arm64-16k
// @expect none
// Page tables of a GPU whose parent entries own their children (KERNEL_FACTS §10): into_phys when an entry is made,
// borrow_phys to walk, from_phys to tear down in post-order. Leaf pages belong to somebody else.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, KVec, __GFP_ZERO, drop } from 'kernel'
import { BUG_ON } from 'linux'

const PAGE = 16384n
const VALID = 3n
const LEVELS = 3
const indexOf = (iova: bigint, level: number): number => Number((iova >> (14n + 11n * BigInt(level))) & 0x7ffn)
const newTable = (): bigint => into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
const entryAt = (table: bigint, index: number): bigint =>
  borrow_phys(table)!.with_pointer_into_page(index * 8, 8, (p) => p.read_u64(0))
const setEntry = (table: bigint, index: number, value: bigint): void =>
  borrow_phys(table)!.with_pointer_into_page(index * 8, 8, (p) => p.write_u64(0, value))

class PageTable {
  private readonly root = newTable()

  private leafTable(iova: bigint, alloc: boolean): bigint | null {
    let table = this.root
    for (let level = LEVELS - 1; level > 0; level--) {
      const index = indexOf(iova, level)
      let entry = entryAt(table, index)
      if (entry === 0n) {
        if (!alloc) return null
        entry = newTable() | VALID
        setEntry(table, index, entry)
      }
      table = entry & ~(PAGE - 1n)
    }
    return table
  }
  map(iova: bigint, phys: bigint): void {
    setEntry(this.leafTable(iova, true)!, indexOf(iova, 0), phys | VALID)
  }
  translate(iova: bigint): bigint | null {
    const table = this.leafTable(iova, false)
    const entry = table === null ? 0n : entryAt(table, indexOf(iova, 0))
    return entry === 0n ? null : entry & ~(PAGE - 1n)
  }
  unmap(iova: bigint): void {
    const table = this.leafTable(iova, false)
    if (table !== null) setEntry(table, indexOf(iova, 0), 0n)
  }
  close(): void {
    const free = (table: bigint, level: number): void => {
      for (let i = 0; level > 0 && i < 8; i++) {
        const entry = entryAt(table, i)
        if (entry === 0n) continue
        free(entry & ~(PAGE - 1n), level - 1)
        setEntry(table, i, 0n)
      }
      drop(from_phys(table))
    }
    free(this.root, LEVELS - 1)
  }
}

using frames = KVec.new<Page>()
for (let i = 0; i < 3; i++) {
  const page = Page.alloc_page(GFP_KERNEL)
  frames.push(page, GFP_KERNEL)
}
const tables = new PageTable()
const addresses = [0n, PAGE * 5n, 1n << 25n]
addresses.forEach((iova, i) => tables.map(iova, frames.get(i)!.phys()))
addresses.forEach((iova, i) => BUG_ON(tables.translate(iova) !== frames.get(i)!.phys()))
for (const iova of addresses) tables.unmap(iova)
BUG_ON(tables.translate(PAGE * 5n) !== null)
tables.close()
