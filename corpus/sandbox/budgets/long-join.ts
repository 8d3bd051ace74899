// ends: turns
import { pr_info } from 'linux'
pr_info('before')
pr_info([new Array<number>(2 ** 32 - 1)].join('-'))
