import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    environment: 'node',
    restoreMocks: true,
    testTimeout: 30_000, // a busy machine is no fault
    pool: 'threads', // a process for each file takes half as long again
  },
});
