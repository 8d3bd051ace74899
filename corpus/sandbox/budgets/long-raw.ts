// ends: turns
import { pr_info } from 'linux'
pr_info('before')
String.raw({ raw: { length: 2 ** 53 - 1 } as unknown as string[] })
