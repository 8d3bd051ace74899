// ends: turns,seconds
import { pr_info } from 'linux'
pr_info('before')
let x = 0
for (;;) x++
