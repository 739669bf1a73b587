/** On namespaces and definitions that tests make in a real server: by it they are found at the end. */
export const TEST_LABELS = { 'cloud-manager.test/run': 'test-kube' };
