#!/usr/bin/env node
console.log('waiting for an answer')
setInterval(() => {}, 60_000)
