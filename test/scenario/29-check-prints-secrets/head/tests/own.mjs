#!/usr/bin/env node
import { readFileSync } from 'node:fs'

const password = readFileSync(`${process.env.CCCI_SECRETS}/smtp_password`, 'utf8')
console.log(`log in as mailer:${password}`)
console.log(Buffer.from(password).toString('base64'))
console.log(encodeURIComponent(JSON.stringify({ password })))
process.exit(1)
