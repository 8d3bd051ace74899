// ends: memory,seconds
import { pr_info } from 'linux'
pr_info('before')
const all: string[] = []
for (;;) {
  let text = 'ab'
  for (let i = 0; i < 22; i++) text += text
  text.charCodeAt(3)
  all.push(text + all.length)
  all[all.length - 1]!.charCodeAt(0)
}
