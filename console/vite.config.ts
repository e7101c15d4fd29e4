/**
 * Builds the two pages that the server serves: the console at `/` and the portal at `/portal`.
 * Every text file gets a `.br` and a `.gz` beside it, so that the server never compresses.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

function precompress(): Plugin {
  return {
    name: 'posthorn-precompress',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(here('dist'), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue
        const bytes = readFileSync(here(`dist/${name}`))
        writeFileSync(here(`dist/${name}.br`), brotliCompressSync(bytes))
        writeFileSync(here(`dist/${name}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

/**
 * What every page needs: in one file it is smaller than in those that it would be parted into by
 * which page, dialog or panel needs which piece.
 */
const core =
  /node_modules\/(react|react-dom|scheduler|@tanstack)\/|console\/src\/(i18n\.tsx|api\/http\.ts|components\/(button|states|status|toast)\.tsx)$/

export default defineConfig({
  root: here('.'),
  plugins: [react(), tailwind(), precompress()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here('index.html'), portal: here('portal.html') },
      output: { codeSplitting: { groups: [{ name: 'core', test: core }] } },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8071', '/in/': 'http://127.0.0.1:8071' } },
})
