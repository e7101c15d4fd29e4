/**
 * How a snippet is run over the vectors: what is written beside it, how it is built, and how it is
 * started. A driver reads lines of base64 fields (`-` for an empty one) and prints `1` or `0` for
 * each: key, now, body, id, timestamp, signature for `plain`; key, body, signature for `body`.
 */
import type { SnippetLanguage } from '../../src/snippets/languages.ts'

export type Tested = 'plain' | 'body'

export interface Driver {
  /** Shows that the runtime is here when it exits with 0. */
  readonly probe: readonly [command: string, ...args: string[]]
  /** What the snippet is saved as. */
  readonly snippetFile: string
  readonly files: Readonly<Record<Tested, Readonly<Record<string, string>>>>
  /** Tried in order until one succeeds; none: nothing is built. */
  readonly build: readonly (readonly [command: string, ...args: string[]])[]
  /** Whether building fetches packages, so that failing may be the network's fault. */
  readonly buildFetches?: true
  readonly run: readonly [command: string, ...args: string[]]
}

const javascript = (judge: string): string => `
import { readFileSync } from 'node:fs'
import { isSigned } from './webhooks.mjs'
for (const line of readFileSync(0, 'utf8').trimEnd().split('\\n')) {
  const [key, a, b, id, timestamp, signature] = line.split(' ').map((field) => Buffer.from(field === '-' ? '' : field, 'base64'))
  console.log(${judge} ? 1 : 0)
}`

const python = (judge: string): string => `
import base64, sys
from webhooks import is_signed
for line in sys.stdin:
    fields = [b"" if field == "-" else base64.b64decode(field) for field in line.split()]
    text = [field.decode("latin-1") for field in fields]
    print(1 if ${judge} else 0)
`

const go = (imports: string, judge: string): string => `package main
import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
${imports})
func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var f [][]byte
		for _, field := range strings.Fields(lines.Text()) {
			decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(field, "-"))
			f = append(f, decoded)
		}
${judge}
		if signed { fmt.Println(1) } else { fmt.Println(0) }
	}
}`

const rust = (judge: string): string => `
#[path = "webhooks.rs"] mod webhooks;
use base64::{engine::general_purpose::STANDARD, Engine};
fn main() {
    for line in std::io::stdin().lines() {
        let f: Vec<Vec<u8>> = line.unwrap().split(' ')
            .map(|field| if field == "-" { vec![] } else { STANDARD.decode(field).unwrap() }).collect();
        let text = |at: usize| std::str::from_utf8(&f[at]).unwrap();
        println!("{}", if ${judge} { 1 } else { 0 });
    }
}`

const java = (judge: string): string => `
import java.util.Base64;
class Driver {
    public static void main(String[] args) throws Exception {
        for (String line : new String(System.in.readAllBytes()).split("\\n")) {
            String[] fields = line.split(" ");
            byte[][] f = new byte[fields.length][];
            for (int i = 0; i < f.length; i++) f[i] = fields[i].equals("-") ? new byte[0] : Base64.getDecoder().decode(fields[i]);
            System.out.println(${judge} ? 1 : 0);
        }
    }
    static String text(byte[] bytes) { return bytes.length == 0 ? null : new String(bytes); }
    static String header(byte[][] f, String name) {
        return text(f[name.endsWith("-id") ? 3 : name.endsWith("-timestamp") ? 4 : 5]);
    }
}`

const kotlin = (judge: string): string => `
import java.util.Base64
fun main() {
    for (line in generateSequence(::readLine)) {
        val f = line.split(" ").map { if (it == "-") ByteArray(0) else Base64.getDecoder().decode(it) }
        val text = { at: Int -> if (f[at].isEmpty()) null else String(f[at]) }
        println(if (${judge}) 1 else 0)
    }
}`

const ruby = (judge: string): string => `
require 'base64'
require_relative 'webhooks'
$stdin.each_line do |line|
  f = line.split.map { |field| field == '-' ? '' : Base64.strict_decode64(field) }
  puts(${judge} ? 1 : 0)
end`

const php = (judge: string): string => `<?php
require 'webhooks.php';
foreach (file('php://stdin') as $line) {
    $f = array_map(fn($field) => $field === '-' ? '' : base64_decode($field), explode(' ', trim($line)));
    echo ${judge} ? 1 : 0, "\\n";
}`

const csharp = (judge: string): string => `
using System.Text;
for (string? line; (line = Console.ReadLine()) is not null;)
{
    var f = line.Split(' ').Select(field => Convert.FromBase64String(field == "-" ? "" : field)).ToArray();
    string? Text(int at) => f[at].Length == 0 ? null : Encoding.UTF8.GetString(f[at]);
    Console.WriteLine(${judge} ? 1 : 0);
}`

export const drivers: Readonly<Record<SnippetLanguage, Driver>> = {
  javascript: {
    probe: [process.execPath, '--version'],
    snippetFile: 'webhooks.mjs',
    files: {
      plain: {
        'driver.mjs': javascript(
          `isSigned(String(key), { 'webhook-id': String(id), 'webhook-timestamp': String(timestamp), 'webhook-signature': String(signature) }, b, Number(a))`,
        ),
      },
      body: { 'driver.mjs': javascript('isSigned(String(key), String(b), a)') },
    },
    build: [],
    run: [process.execPath, 'driver.mjs'],
  },
  python: {
    probe: ['python3', '--version'],
    snippetFile: 'webhooks.py',
    files: {
      plain: {
        'driver.py': python(
          'is_signed(text[0], {"webhook-id": text[3], "webhook-timestamp": text[4], "webhook-signature": text[5]}, fields[2], int(text[1]))',
        ),
      },
      body: { 'driver.py': python('is_signed(text[0], text[2], fields[1])') },
    },
    build: [],
    run: ['python3', 'driver.py'],
  },
  go: {
    probe: ['go', 'version'],
    snippetFile: 'webhooks.go',
    files: {
      plain: {
        'go.mod': 'module receiver\n\ngo 1.21\n',
        'driver.go': go(
          '\t"net/http"\n\t"strconv"\n\t"time"\n',
          `		now, _ := strconv.ParseInt(string(f[1]), 10, 64)
		headers := http.Header{}
		for at, name := range []string{"Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
			headers.Set(name, string(f[3+at]))
		}
		signed := isSigned(string(f[0]), headers, f[2], time.Unix(now, 0))`,
        ),
      },
      body: {
        'go.mod': 'module receiver\n\ngo 1.21\n',
        'driver.go': go('', '\t\tsigned := isSigned(string(f[0]), string(f[2]), f[1])'),
      },
    },
    build: [['go', 'build', '-o', 'driver', '.']],
    run: ['./driver'],
  },
  rust: {
    probe: ['cargo', '--version'],
    snippetFile: 'src/webhooks.rs',
    files: {
      plain: {
        'Cargo.toml': cargo('plain'),
        'src/main.rs': rust(
          `webhooks::is_signed(text(0), |name| Some(text(match name { "webhook-id" => 3, "webhook-timestamp" => 4, _ => 5 })), &f[2], text(1).parse().unwrap())`,
        ),
      },
      body: {
        'Cargo.toml': cargo('body'),
        'src/main.rs': rust('webhooks::is_signed(text(0), text(2), &f[1])'),
      },
    },
    build: [
      ['cargo', 'build', '--quiet', '--offline'],
      ['cargo', 'build', '--quiet'],
    ],
    buildFetches: true,
    run: ['cargo', 'run', '--quiet', '--offline'],
  },
  java: {
    probe: ['javac', '--version'],
    snippetFile: 'Webhooks.java',
    files: {
      plain: {
        'Driver.java': java(
          'Webhooks.isSigned(text(f[0]), name -> header(f, name), f[2], Long.parseLong(text(f[1])))',
        ),
      },
      body: {
        'Driver.java': java('f[2].length > 0 && Webhooks.isSigned(text(f[0]), text(f[2]), f[1])'),
      },
    },
    build: [['javac', 'Webhooks.java', 'Driver.java']],
    run: ['java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', 'Driver'],
  },
  kotlin: {
    probe: ['kotlinc', '-version'],
    snippetFile: 'Webhooks.kt',
    files: {
      plain: {
        'Driver.kt': kotlin(
          'isSigned(text(0)!!, { text(if (it.endsWith("-id")) 3 else if (it.endsWith("-timestamp")) 4 else 5) }, f[2], text(1)!!.toLong())',
        ),
      },
      body: { 'Driver.kt': kotlin('isSigned(text(0)!!, text(2) ?: "", f[1])') },
    },
    build: [['kotlinc', 'Webhooks.kt', 'Driver.kt', '-include-runtime', '-d', 'driver.jar']],
    run: ['java', '-cp', 'driver.jar', 'DriverKt'],
  },
  ruby: {
    probe: ['ruby', '--version'],
    snippetFile: 'webhooks.rb',
    files: {
      plain: {
        'driver.rb': ruby(
          `Webhooks.signed?(f[0], { 'webhook-id' => f[3], 'webhook-timestamp' => f[4], 'webhook-signature' => f[5] }, f[2], f[1].to_i)`,
        ),
      },
      body: { 'driver.rb': ruby('Webhooks.signed?(f[0], f[2], f[1])') },
    },
    build: [],
    run: ['ruby', 'driver.rb'],
  },
  csharp: {
    probe: ['dotnet', '--version'],
    snippetFile: 'Webhooks.cs',
    files: {
      plain: {
        'driver.csproj': dotnet(),
        'Program.cs': csharp(
          'Webhooks.IsSigned(Text(0)!, name => Text(name.EndsWith("-id") ? 3 : name.EndsWith("-timestamp") ? 4 : 5), f[2], long.Parse(Text(1)!))',
        ),
      },
      body: {
        'driver.csproj': dotnet(),
        'Program.cs': csharp('Webhooks.IsSigned(Text(0)!, Text(2), f[1])'),
      },
    },
    build: [['dotnet', 'build', '--nologo', '-v', 'quiet', '-o', 'out']],
    buildFetches: true,
    run: ['dotnet', 'out/driver.dll'],
  },
  php: {
    probe: ['php', '--version'],
    snippetFile: 'webhooks.php',
    files: {
      plain: {
        'driver.php': php(
          `is_signed($f[0], ['webhook-id' => $f[3], 'webhook-timestamp' => $f[4], 'webhook-signature' => $f[5]], $f[2], (int) $f[1])`,
        ),
      },
      body: { 'driver.php': php('is_signed($f[0], $f[2], $f[1])') },
    },
    build: [],
    run: ['php', 'driver.php'],
  },
}

function cargo(name: string): string {
  return `[package]
name = "${name}"
version = "0.0.0"
edition = "2021"

[dependencies]
base64 = "0.22"
hmac = "0.12"
sha2 = "0.10"
`
}

function dotnet(): string {
  return `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>
<OutputType>Exe</OutputType><TargetFramework>net8.0</TargetFramework>
<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><RollForward>Major</RollForward>
</PropertyGroup></Project>`
}
