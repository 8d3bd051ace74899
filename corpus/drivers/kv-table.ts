// @expect none
import {
  kvcalloc,
  kvfree,
  struct,
  u32,
  u64,
  sizeof,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
  is_vmalloc_addr,
} from 'linux'
import type { Ptr } from 'linux'
const Entry = struct('entry', { key: u64, hits: u32 })
const N = 4096
let table: Ptr | null = null
const entry = (i: number) => table!.add(i * sizeof(Entry)).as(Entry)
module_init(() => {
  table = kvcalloc(N, sizeof(Entry), GFP_KERNEL)
  if (!table) return -ENOMEM
  for (let i = 0; i < 8; i++) {
    entry(i * 512).key = BigInt(i)
    entry(i * 512).hits++
  }
  pr_info(`${entry(1024).key} ${entry(1024).hits} ${is_vmalloc_addr(table)} ${entry(N - 1).key}`)
  return 0
})
module_exit(() => {
  kvfree(table)
})
