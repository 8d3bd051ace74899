// ends: memory,seconds
import { pr_info } from 'linux'
pr_info('before')
const all: number[] = []
for (let i = 0; ; i++) all[i] = i
