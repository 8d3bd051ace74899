// ends: turns
import { pr_info } from 'linux'
pr_info('before')
pr_info(String(Array.prototype.sort.call({ length: 2 ** 32 - 1 })))
