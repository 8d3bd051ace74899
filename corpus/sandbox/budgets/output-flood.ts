// ends: seconds,steps,memory
import { pr_info } from 'linux'
pr_info('before')
for (;;) pr_info('x'.repeat(1000))
