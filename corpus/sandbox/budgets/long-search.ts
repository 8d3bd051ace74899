// ends: turns
import { pr_info } from 'linux'
pr_info('before')
const a = new Array<number>(2 ** 32 - 1)
pr_info(String(a.indexOf(1, 0)))
