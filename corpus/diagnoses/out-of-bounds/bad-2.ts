// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect out-of-bounds 10
//
// A loop that runs one entry too far over a vmalloc area.
import { vfree, vzalloc } from 'linux'

const entries = 600
const table = vzalloc(entries * 8)!
for (let i = 0; i <= entries; i++) {
  table.write_u64(i * 8, BigInt(i))
}
vfree(table)
