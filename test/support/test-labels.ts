/** On namespaces, definitions and roles of the cluster that tests make in a real server: by it they are found at the end. */
export const TEST_LABELS = { 'cloud-manager.test/run': 'test-kube' };
