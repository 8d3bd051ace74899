// ends: memory,seconds
import { pr_info } from 'linux'
pr_info('before')
const all: number[][] = []
for (;;) all.push(new Array<number>(1000000).fill(1))
