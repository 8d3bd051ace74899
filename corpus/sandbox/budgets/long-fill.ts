// ends: turns
import { pr_info } from 'linux'
pr_info('before')
new Array<number>(2 ** 32 - 1).fill(0)
