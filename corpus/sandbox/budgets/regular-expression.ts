// ends: seconds
import { pr_info } from 'linux'
pr_info('before')
pr_info(String(/^(a+)+$/.test('a'.repeat(60) + 'b')))
