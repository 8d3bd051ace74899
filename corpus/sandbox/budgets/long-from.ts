// ends: turns
import { pr_info } from 'linux'
pr_info('before')
pr_info(String(Array.from({ length: 2 ** 32 - 1 }).length))
