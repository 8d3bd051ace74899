// ends: turns
import { pr_info } from 'linux'
pr_info('before')
let text = 'ab'
for (let i = 0; i < 26; i++) text += text
pr_info(String(text.split('').length))
