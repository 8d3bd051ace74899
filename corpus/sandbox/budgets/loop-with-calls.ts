// ends: turns,seconds
import { pr_info } from 'linux'
pr_info('before')
const step = (n: number): number => n + 1
for (let x = 0; ; x = step(x)) step(x)
