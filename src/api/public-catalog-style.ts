/** The look of `/events`: the console's tokens, light and dark by the reader's system. */
export const publicCatalogStyle = `
:root { color-scheme: light dark; --bg: #fbfaf8; --surface: #fff; --border: #dfdeda; --text: #171b20;
  --text-2: #4b5058; --accent: #325ac2; --warn: #8a4b00 }
@media (prefers-color-scheme: dark) { :root { --bg: #0c0e12; --surface: #15171b; --border: #2d3137;
  --text: #efeeeb; --text-2: #b0b4bb; --accent: #82a8fd; --warn: #ffb55c } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 24px 20px 96px; background: var(--bg);
  color: var(--text); font: 0.9375rem/1.5rem system-ui, sans-serif; overflow-wrap: anywhere }
header { display: flex; justify-content: flex-end }
h1 { margin: 8px 0; font-size: 1.5rem; line-height: 2rem }
h2 { margin: 40px 0 8px; font-size: 1.0625rem; line-height: 1.5rem; scroll-margin-top: 16px }
p { margin: 4px 0 }
a { color: var(--accent) }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 16px }
nav a, header a { padding: 2px 0 }
.label { font-weight: 600 }
.types { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--border) }
.types li { padding: 10px 0; border-bottom: 1px solid var(--border) }
.types p { color: var(--text-2) }
code, pre { font: 0.8125rem/1.25rem ui-monospace, monospace }
h1 code { font-size: 1.375rem; line-height: 2rem }
em { font-style: normal; font-size: 0.75rem; color: var(--text-2) }
.types em, h1 em { color: var(--warn) }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 16px; margin: 12px 0 }
dt { color: var(--text-2) }
dd { margin: 0 }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem }
th { text-align: start; font-weight: 550; color: var(--text-2) }
th, td { padding: 8px 12px 8px 0; vertical-align: top; border-bottom: 1px solid var(--border) }
td:first-child { width: 46% }
td p { color: var(--text-2) }
details { margin: 8px 0; border: 1px solid var(--border); border-radius: 6px; background: var(--surface) }
summary { padding: 8px 12px; cursor: pointer; font-weight: 550 }
pre { margin: 0; padding: 8px 12px 12px; overflow: auto; max-height: 32rem; overflow-wrap: normal }
@media (max-width: 560px) { th:last-child, td:last-child { display: none } }
`
