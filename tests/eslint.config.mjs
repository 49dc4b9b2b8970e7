// What is wrong in JavaScript without running it: above all names that do not exist, and what nobody uses.
import globals from 'globals';

const rules = Object.fromEntries(
	[
		'no-undef', 'no-redeclare', 'no-const-assign', 'no-import-assign', 'no-func-assign', 'no-dupe-keys', 'no-dupe-else-if',
		'no-unreachable', 'no-self-assign', 'no-self-compare', 'no-unsafe-optional-chaining', 'use-isnan', 'valid-typeof',
	].map((name) => [name, 'error']),
);

export default [
	{
		files: ['**/*.{js,jsx,mjs}'],
		languageOptions: { globals: globals.browser, parserOptions: { ecmaFeatures: { jsx: true } } },
		rules: { ...rules, 'no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_$' }], eqeqeq: ['error', 'smart'] },
	},
	{ files: ['**/*.mjs'], languageOptions: { globals: { ...globals.browser, ...globals.node } } },
];
