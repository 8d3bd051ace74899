// ends: memory,seconds
import { pr_info } from 'linux'
pr_info('before')
const all: Uint8Array[] = []
for (;;) all.push(new Uint8Array(1 << 24).fill(1))
