// ends: seconds,memory
import { pr_info } from 'linux'
pr_info('before')
let nested: unknown[] = [1]
for (let i = 0; i < 40; i++) nested = [nested, nested]
for (;;) {
  try {
    JSON.stringify(nested)
  } catch {
    // The text would be longer than a string can be.
  }
}
