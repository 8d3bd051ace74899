// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The work is flushed before the area is released.
import { memset, vfree, vzalloc } from 'linux'

const log = vzalloc(65536)!
const deferred: (() => void)[] = []
for (let i = 0; i < 4; i++) {
  deferred.push(() => {
    const line = log.add(i * 128)
    memset(line, 0x20, 128)
  })
}
deferred.forEach((work) => work())
vfree(log)
