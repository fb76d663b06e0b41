from tests.rest_compat.rest import Rest


async def test_a_tree_leads_to_the_assigned_category(rest: Rest) -> None:
    await rest.known(
        categories=[
            {"id": "tools", "code": "T1", "name": {"en": "Tools"}},
            {"id": "saws", "parentId": "tools", "name": {"en": "Saws"}},
        ]
    )
    await rest.segment("gold")
    await rest.assign("/gold/items/CATEGORY/saws")
    await rest.assign("/gold/customers/anna")
    assert await rest.json("GET", "/items/category-trees", scopes="O", customer="anna") == [
        {
            "id": "tools",
            "code": "T1",
            "name": {"en": "Tools"},
            "isSegmentAssigned": False,
            "subcategories": [
                {
                    "id": "saws",
                    "parentId": "tools",
                    "name": {"en": "Saws"},
                    "code": "saws",
                    "isSegmentAssigned": True,
                }
            ],
        }
    ]
