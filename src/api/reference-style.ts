/** The reference's look: the console's tokens, light and dark by the reader's system. */
export const referenceStyle = `
:root { color-scheme: light dark; --bg: #fbfaf8; --surface: #fff; --border: #dfdeda; --text: #171b20;
  --text-2: #4b5058; --accent: #325ac2 }
@media (prefers-color-scheme: dark) { :root { --bg: #0c0e12; --surface: #15171b; --border: #2d3137;
  --text: #efeeeb; --text-2: #b0b4bb; --accent: #82a8fd } }
* { box-sizing: border-box }
body { margin: 0; display: grid; grid-template-columns: 280px minmax(0, 1fr); background: var(--bg);
  color: var(--text); font: 0.875rem/1.375rem system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 24px 16px;
  border-right: 1px solid var(--border); font-size: 0.8125rem; line-height: 1.25rem }
nav h2 { margin: 16px 0 4px; font-size: 0.75rem; color: var(--text-2) }
nav ul { margin: 0; padding: 0; list-style: none }
nav li { padding: 2px 0 }
main { max-width: 960px; padding: 32px 32px 96px }
h1 { font-size: 1.5rem; line-height: 2rem }
section > h2 { margin: 48px 0 0; font-size: 1.25rem }
article { padding: 24px 0; border-bottom: 1px solid var(--border); scroll-margin-top: 16px }
h3 { margin: 0; font-size: 1rem }
h3 a { color: inherit; text-decoration: none }
a { color: var(--accent) }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
nav a { text-decoration: none }
.call { margin: 8px 0; padding: 8px 12px; background: var(--surface); border: 1px solid var(--border);
  border-radius: 6px; overflow-wrap: anywhere }
.call span, .who { color: var(--text-2) }
.call span { float: right; font-size: 0.75rem }
code { font: 0.7812rem/1.25rem ui-monospace, monospace; overflow-wrap: anywhere }
table { width: 100%; margin-top: 16px; border-collapse: collapse; font-size: 0.8125rem; line-height: 1.25rem }
caption { padding: 4px 0; text-align: left; font-weight: 600 }
th { text-align: left; font-weight: 550; color: var(--text-2) }
th, td { padding: 6px 12px 6px 0; vertical-align: top; border-top: 1px solid var(--border) }
td:first-child { width: 34% }
em { font-style: normal; font-size: 0.75rem; color: var(--accent) }
@media (max-width: 800px) { body { display: block } nav { position: static; height: auto; border: 0 } main { padding: 16px } }
`
