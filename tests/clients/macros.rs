//! The tests that every client repeats.

/// Tests the life of a user, an `async fn(&Server)`, on both servers.
macro_rules! user_tests {
    ($lifecycle:path) => {
        #[tokio::test]
        async fn user_lifecycle_in_memory() {
            $lifecycle(&crate::server::Server::memory()).await;
        }

        #[tokio::test]
        async fn user_lifecycle_on_hubspot() {
            crate::server::on_hubspot(crate::server::behaviors(), $lifecycle).await;
        }
    };
}

/// Tests the life of a group in memory, and that HubSpot refuses the same requests.
macro_rules! group_tests {
    ($requests:path, $wire:path) => {
        #[tokio::test]
        async fn group_lifecycle_in_memory() {
            $requests
                .run_lifecycle(&$wire(&crate::server::Server::memory()))
                .await;
        }

        group_refusal_test!($requests, $wire);
    };
}

/// Tests that HubSpot refuses a client's requests for groups.
macro_rules! group_refusal_test {
    ($requests:path, $wire:path) => {
        #[tokio::test]
        async fn hubspot_refuses_group_writes() {
            crate::server::on_hubspot(crate::server::extremes(), async |server| {
                $requests.expect_refused(&$wire(server)).await;
            })
            .await;
        }
    };
}
