// Case bad_rss: a driver makes a counter of resident pages of a process 3 too high. When the address space goes, the
// kernel log says so; nothing else happens.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { add_mm_counter, current, MM_FILEPAGES, module_exit } from 'linux'
import { driver, program } from './driver.ts'
import { say } from './measure.ts'

program((fd) => driver(fd, () => add_mm_counter(current.mm!, MM_FILEPAGES, 3)))
module_exit(() => say(1, 'done', 1))
