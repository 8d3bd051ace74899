/** Starts the page: fonts, theme, stores, app. */
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import { createPinia } from 'pinia'
import { createApp, watchEffect } from 'vue'
import App from './App.vue'
import { useSettingsStore } from './stores/settings.ts'
import './theme/base.css'
import './theme/editor.css'

const pinia = createPinia()
const settings = useSettingsStore(pinia)
watchEffect(() => {
  document.documentElement.className = settings.dark ? 'dark' : 'light'
})
createApp(App).use(pinia).mount('#app')
