// ends: seconds
import { pr_info } from 'linux'
pr_info('before')
let x = 3n ** (2n ** 22n)
for (;;) x *= x > 2n ** (2n ** 28n) ? 1n : x
